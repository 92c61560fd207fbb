// The window begins here.
import { mount } from 'svelte';
import './app.css';
import App from './App.svelte';
import { speak } from './words/messages';

const target = document.getElementById('app');
speak(document.documentElement);
if (target) mount(App, { target });
